/** What a browser says of what is in view: jsdom lays nothing out, so all is, until a test says otherwise. */
export class FakeIntersectionObserver {
  static #isInView = true;
  static readonly #observers = new Set<FakeIntersectionObserver>();

  /** Says that everything has come into view, or has left it. */
  static say(isInView: boolean): void {
    FakeIntersectionObserver.#isInView = isInView;
    for (const observer of FakeIntersectionObserver.#observers) observer.#tell();
  }

  readonly #told: (entries: { isIntersecting: boolean }[]) => void;

  constructor(told: (entries: { isIntersecting: boolean }[]) => void) {
    this.#told = told;
  }

  observe(): void {
    FakeIntersectionObserver.#observers.add(this);
    this.#tell();
  }

  disconnect(): void {
    FakeIntersectionObserver.#observers.delete(this);
  }

  #tell(): void {
    this.#told([{ isIntersecting: FakeIntersectionObserver.#isInView }]);
  }
}
