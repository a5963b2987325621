/** The arrangement of one year, as the State Council publishes it. */
export interface HolidayYear {
  year: number
  /** The notice that the dates are taken from. */
  source: string
  /** Days off, first and last of each holiday, `YYYY-MM-DD`. The weekends inside are days off anyway. */
  daysOff: readonly (readonly [first: string, last: string])[]
  /** Saturdays and Sundays on which people work instead [调休上班]. */
  makeUpDays: readonly string[]
}

/** A versioned set of years. The version names the newest notice and is printed wherever a computed day is explained. */
export interface HolidayTable {
  version: string
  years: readonly HolidayYear[]
}

/**
 * Holidays and make-up working days 2024 to 2026 (contracts.md §3.2). A table of our own, because the published packages depend
 * on the time zone of the machine or call every day beyond their data a working day.
 */
export const holidayTable: HolidayTable = {
  version: '2025-11-04',
  years: [
    {
      year: 2024,
      source: '国办发明电〔2023〕7号',
      daysOff: [
        ['2024-01-01', '2024-01-01'],
        ['2024-02-10', '2024-02-17'],
        ['2024-04-04', '2024-04-06'],
        ['2024-05-01', '2024-05-05'],
        ['2024-06-10', '2024-06-10'],
        ['2024-09-15', '2024-09-17'],
        ['2024-10-01', '2024-10-07'],
      ],
      makeUpDays: [
        '2024-02-04',
        '2024-02-18',
        '2024-04-07',
        '2024-04-28',
        '2024-05-11',
        '2024-09-14',
        '2024-09-29',
        '2024-10-12',
      ],
    },
    {
      year: 2025,
      source: '国办发明电〔2024〕12号',
      daysOff: [
        ['2025-01-01', '2025-01-01'],
        ['2025-01-28', '2025-02-04'],
        ['2025-04-04', '2025-04-06'],
        ['2025-05-01', '2025-05-05'],
        ['2025-05-31', '2025-06-02'],
        ['2025-10-01', '2025-10-08'],
      ],
      makeUpDays: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
    },
    {
      year: 2026,
      source: 'State Council notice of 2025-11-04',
      daysOff: [
        ['2026-01-01', '2026-01-03'],
        ['2026-02-15', '2026-02-23'],
        ['2026-04-04', '2026-04-06'],
        ['2026-05-01', '2026-05-05'],
        ['2026-06-19', '2026-06-21'],
        ['2026-09-25', '2026-09-27'],
        ['2026-10-01', '2026-10-07'],
      ],
      makeUpDays: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
    },
  ],
}
