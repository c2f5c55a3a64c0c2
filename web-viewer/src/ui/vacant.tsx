/** 缺岗 of an area: which of its posts want somebody, and how many of those inside of it. */
import { count } from "../format";
import { say, t } from "../i18n/translate";
import { openRoster } from "../roster/list";
import { vacancies } from "../roster/vacancies";
import { lack } from "./roster-table";

/** Nothing while it is not known; what could not be read is no vacancy. */
export function Vacant({ code }: { code: string }) {
  const remote = vacancies.state.value;
  if (remote.kind !== "ready") return null;
  const { items, numberMatched } = remote.value;
  const own = items.filter(({ area }) => area.code === code);
  const below = numberMatched - own.length;
  if (numberMatched === 0 || (own.length === 0 && items.every(({ area }) => !area.code.startsWith(code)))) return null;
  return (
    <div data-testid="vacant">
      {own.length > 0 && (
        <ul class="vacant">
          {own.map((vacancy) => (
            <li key={vacancy.role}>
              <span class={`state ${vacancy.filled < vacancy.min ? "late" : "due"}`}>
                {vacancy.filled < vacancy.min && `${t("card.vacant")} · `}
                {t("card.vacantLine", { role: say(vacancy.role_name), lack: lack(vacancy) })}
              </span>
            </li>
          ))}
        </ul>
      )}
      {below > 0 && (
        <button type="button" class="plain small" onClick={() => openRoster({ tab: "vacant", area: code })}>
          {t("card.vacantBelow", { count: count(below) })}
        </button>
      )}
    </div>
  );
}
