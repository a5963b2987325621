import type { Book } from '../book.ts'

/**
 * The last day of the open bill that had to be paid first; null where no bill waits to be paid, or its days are uncertain. What
 * a suspension on the ground `overdue` is judged by (S4 §6.3.2).
 */
export const earliestDueDay = (book: Book): string | null => {
  const days = book
    .openMatters('bill')
    .filter(({ state }) => state !== 'paid')
    .flatMap(({ clocks }) => clocks.filter(({ name, assumedYears }) => name === 'pay' && assumedYears.length === 0))
    .map(({ lastDay }) => lastDay)
    .filter((day) => day !== null)
  return days.reduce<string | null>((first, day) => (first === null || day < first ? day : first), null)
}
