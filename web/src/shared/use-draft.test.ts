import { act, renderHook } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { forgetDrafts, useDraft } from "./use-draft";

afterEach(() => vi.restoreAllMocks());

function refuseStorage(): void {
  vi.spyOn(window, "sessionStorage", "get").mockImplementation(() => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  });
}

test.each([["kept for the tab", () => undefined], ["refused to a page in a frame", refuseStorage]])(
  "a draft is there again when one comes back to it, with storage %s",
  (_, prepare) => {
    prepare();
    const first = renderHook(() => useDraft("a", "Hello"));
    expect(first.result.current.text).toBe("Hello");
    act(() => first.result.current.change("Hello Ada"));
    first.unmount();
    const second = renderHook(() => useDraft("a", "Hello"));
    expect(second.result.current.text).toBe("Hello Ada");
    act(() => second.result.current.clear());
    expect(second.result.current.text).toBe("Hello");
    act(() => second.result.current.change("Another"));
    forgetDrafts();
    expect(renderHook(() => useDraft("a", "")).result.current.text).toBe("");
  },
);
