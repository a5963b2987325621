import { tryItCommands } from './sandbox-account.ts'

/** What a start says to a person: where it listens, and on the first one the key and two commands to try it. */
export const welcome = (mode: string, baseUrl: string, apiKey: string | null, now: number): string => {
  const lines = [`Verimeter is listening on ${baseUrl} (${mode}). Guide: ${baseUrl}/docs  API: ${baseUrl}/openapi.json`]
  if (apiKey === null) return lines.join('\n')
  const [consent = '', verification = ''] = tryItCommands(baseUrl, apiKey, now)
  return [
    ...lines,
    `\nA sandbox account was made: agreement S1, 30,000 credits of id2, paid. Its key is shown this once:\n\n  ${apiKey}`,
    `\n1. Record the consent of the person:\n\n${consent}`,
    `\n2. Verify the person:\n\n${verification}\n`,
  ].join('\n')
}
