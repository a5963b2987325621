import type { Terms } from './terms.ts'

/**
 * What the gateway cannot run yet of terms that are otherwise complete, as faults. Such an agreement is refused: in force, it
 * would be run as something else than was signed.
 */
export const findUnsupported = ({ activation, charging }: Terms): string[] => {
  const faults: string[] = []
  if (charging.model === 'postpaid' || charging.model === 'milestones')
    faults.push(`charging.model: ${charging.model} is not supported yet`)
  // Only a payment brings an agreement into force today; a signature or a tick cannot be recorded.
  if (activation !== 'payment') faults.push(`activation: ${activation} is not supported yet`)
  return faults
}
