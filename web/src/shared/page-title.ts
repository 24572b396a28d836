/** What the browser calls the page: in its tabs, its history, and aloud when one comes to it. */
import { useEffect } from "react";

const PRODUCT = "Touchline";

/** Names the page, while it is shown, by what it is or by what it is about; not while that is unknown. */
export function usePageTitle(name: string | undefined): void {
  useEffect(() => {
    if (name === undefined) return undefined;
    document.title = `${name} – ${PRODUCT}`;
    return () => {
      document.title = PRODUCT;
    };
  }, [name]);
}
