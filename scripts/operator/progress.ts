/** One line that is written over, for a person who waits. Nothing in a pipe, where it would only be in the way. */
export const openProgress = (total: number | null, what: string): { add(count: number): void; end(): void } => {
  if (!process.stderr.isTTY) return { add: () => undefined, end: () => undefined }
  const started = Date.now()
  let done = 0
  return {
    add(count) {
      done += count
      const perSecond = done / Math.max(0.001, (Date.now() - started) / 1_000)
      const left = total === null ? '' : `, ${Math.ceil(Math.max(0, total - done) / perSecond)} s left`
      process.stderr.write(
        `\r\u001b[K${done}${total === null ? '' : ` of ${total}`} ${what}, ${Math.round(perSecond)} a second${left}`,
      )
    },
    end() {
      process.stderr.write('\r\u001b[K')
    },
  }
}
