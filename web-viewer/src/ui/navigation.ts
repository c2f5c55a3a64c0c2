import { state, transact } from "../state";
import { formatAddress, type Screen } from "../url-state";

/** The address of a screen with the present view, for a real link. */
export const addressOf = (screen: Screen): string => formatAddress({ ...state.value, screen });

/** A click handler that changes the screen in place; clicks that ask for a new tab stay what they are. */
export function go(screen: Screen): (event: MouseEvent) => void {
  return (event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    transact((before) => ({ ...before, screen }));
  };
}
