import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { keys } from "@/api/keys";

/** Reads the work anew when something is due or comes back by itself. */
export function useChangeBy(at: string | null): void {
  const client = useQueryClient();
  useEffect(() => {
    if (at === null) return undefined;
    const wait = Math.max(1000, new Date(at).getTime() - Date.now());
    // a timer longer than this comes at once
    if (wait > 2 ** 31 - 1) return undefined;
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey: keys.workItems }), wait);
    return () => clearTimeout(timer);
  }, [at, client]);
}
