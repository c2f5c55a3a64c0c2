/** What will be drawn here, and what can be done today. No control that does nothing. */
import { t } from "../i18n/translate";
import { go } from "./navigation";

export function PlannerScreen() {
  return (
    <aside class="panel left" data-side="left" aria-label={t("planner.title")}>
      <div class="scroll text">
        <h1>{t("planner.title")}</h1>
        <p>{t("planner.now")}</p>
        <h2>{t("planner.today")}</h2>
        <ul class="links">
          <li>
            <a href="/app/command" onClick={go("command")}>
              {t("planner.link.command")}
            </a>
          </li>
          <li>
            <a href="/docs">{t("planner.link.docs")}</a>
          </li>
        </ul>
        <h2>{t("planner.will")}</h2>
        <ul class="points quiet">
          <li>{t("planner.will.1")}</li>
          <li>{t("planner.will.2")}</li>
          <li>{t("planner.will.3")}</li>
          <li>{t("planner.will.4")}</li>
        </ul>
      </div>
    </aside>
  );
}
