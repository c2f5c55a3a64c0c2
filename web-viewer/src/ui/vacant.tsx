/** 缺岗 of an area: which of its posts want somebody, and how many of those inside of it. */
import { count } from "../format";
import { say, t } from "../i18n/translate";
import { openRoster } from "../roster/list";
import { splitAt, vacancies } from "../roster/vacancies";
import { lack } from "./roster-table";

/** Nothing while it is not known; what could not be read is no vacancy. */
export function Vacant({ code }: { code: string }) {
  const remote = vacancies.state.value;
  if (remote.kind !== "ready") return null;
  const { own, inside } = splitAt(code, remote.value);
  if (own.length === 0 && inside === 0) return null;
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
      {inside > 0 && (
        <button type="button" class="plain small" onClick={() => openRoster({ tab: "vacant", area: code })}>
          {t("card.vacantBelow", { count: count(inside) })}
        </button>
      )}
    </div>
  );
}
