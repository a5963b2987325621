/** Where every test begins, unless it says otherwise. */
export const startOfTests = Date.parse('2024-08-02T10:00:00+08:00')

/** A clock that stands still until a test moves it. */
export class TestClock {
  now = startOfTests
  readonly read = (): number => this.now
  set(text: string): void {
    this.now = Date.parse(text)
  }
  advance(ms: number): void {
    this.now += ms
  }
}
