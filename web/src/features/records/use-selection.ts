/** Which records were chosen: they stay so while the list shows others. */
import { useCallback, useState } from "react";
import type { TouchlineRecord } from "@/api/types";

export interface Selection {
  chosen: ReadonlyMap<string, TouchlineRecord>;
  choose: (records: readonly TouchlineRecord[], isChosen: boolean) => void;
  clear: () => void;
}

const NONE: Selection["chosen"] = new Map();

export function useSelection(): Selection {
  const [chosen, setChosen] = useState(NONE);
  const choose = useCallback((records: readonly TouchlineRecord[], isChosen: boolean) => {
    setChosen((former) => {
      const next = new Map(former);
      for (const record of records) {
        if (isChosen) next.set(record.id, record);
        else next.delete(record.id);
      }
      return next;
    });
  }, []);
  const clear = useCallback(() => setChosen(NONE), []);
  return { chosen, choose, clear };
}
