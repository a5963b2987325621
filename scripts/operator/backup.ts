import { resolve } from 'node:path'
import { type BackupStep, takeBackup } from '../../src/runtimes/backup.ts'
import type { BackupManifest } from '../../src/runtimes/backup-manifest.ts'
import { readConfig } from '../../src/runtimes/config.ts'
import { version } from '../../src/runtimes/gateway.ts'
import { readKeyring } from '../../src/runtimes/key-files.ts'
import { readRestored, restoreBackup } from '../../src/runtimes/restore.ts'
import type { Options } from './options.ts'
import { UsageError } from './transport.ts'

/** Backs up the data folder of the settings. The gateway may run: this process only reads. */
export const backup = async (options: Options): Promise<string> => {
  const to = options.to
  if (!to) throw new UsageError('--to is missing: name a new folder for this backup')
  const config = readConfig(process.env)
  const manifest = await takeBackup({
    dataDir: config.dataDir,
    digestKeys: readKeyring(config.keysDir).digestKeys,
    to: resolve(to),
    clock: Date.now,
    version,
    onProgress: process.stderr.isTTY ? showProgress() : () => undefined,
  })
  return `backup made in ${resolve(to)}: ${contentOf(manifest)}; every invariant holds
everything answered before ${manifest.taken_at} is in it
key files are not in it: keep a copy of ${config.keysDir} in another place, without them the backup cannot be used`
}

/** Restores into a new data folder. What the backup cannot know is said, because the books will not show it. */
export const restore = (options: Options): string => {
  const from = options.from
  if (!from) throw new UsageError('--from is missing: name the folder of a backup')
  const dataDir = options['data-dir']
  const config = readConfig(dataDir ? { ...process.env, VERIMETER_DATA_DIR: dataDir } : process.env)
  const { dataDir: into, keysDir } = config
  const manifest = restoreBackup({ from: resolve(from), dataDir: into, keysDir, clock: Date.now })
  return `restored into ${into}: ${contentOf(manifest)}; every invariant holds
it reaches until ${manifest.taken_at}; the last journal entry is of ${manifest.last_entry_at ?? 'never'}
What the old gateway did after that is not in it, and the backup cannot tell how much that was:
- verifications, payments and consents of that time are missing; compare with customers' answers and the sources' bills
- what was suspended, revoked or withdrawn in that time counts again; repeat it before you start the gateway
- a retry of a call of that time is asked and charged anew, because its Idempotency-Key is not known`
}

/** What `verify` adds for a data folder that was restored: how far the books reached when they were. */
export const verifyHere = (): string => {
  const restored = readRestored(readConfig(process.env).dataDir)
  return restored === null
    ? ''
    : `\nrestored at ${restored.restored_at} from a backup that reaches until ${restored.taken_at}; what was done between the two is missing`
}

const contentOf = ({ accounts, entries, verifications, file }: BackupManifest): string =>
  `${accounts.length} accounts, ${entries} journal entries, ${verifications} verifications, ${megabytes(file.bytes)} MB`

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)

/** One line that is written over, for a person who waits. */
const showProgress = (): ((step: BackupStep) => void) => {
  const started = Date.now()
  return (step) => {
    const seconds = (Date.now() - started) / 1_000
    if (step.step === 'check') {
      process.stderr.write(`\r\u001b[Kcopied in ${seconds.toFixed(1)} s; checking every row …\r`)
      return
    }
    const perSecond = step.pages / seconds
    const left = Math.ceil((step.of - step.pages) / perSecond)
    const share = Math.floor((100 * step.pages) / step.of)
    process.stderr.write(`\r\u001b[K${share} % of ${step.of} pages copied, ${Math.round(perSecond)} a second, ${left} s left`)
  }
}
