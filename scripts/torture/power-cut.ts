import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { keyFileNames } from '../../src/runtimes/keyring.ts'
import { checkState, notePromise, type Promised } from './power-cut-check.ts'
import { Disk, type Variant, variants } from './power-cut-disk.ts'
import { type Recording, record } from './power-cut-record.ts'
import { syncFaults } from './power-cut-sync.ts'

/*
 * A power cut cannot be made by killing a process: what it wrote stays in the memory of the machine. So the calls of a real
 * run are recorded, and every disk that a power cut could have left after each of them is built, opened and held against what
 * had been answered by then.
 */

export interface PowerCutOptions {
  /** Draws the places of the cuts and what the disk kept. */
  seed: number
  /** Most states that are opened of each run; fewer than 1,000 prove nothing. */
  mostStates?: number
  /** Answers of each half of a run: one after the other, and all at once. */
  inTurn?: number
  atOnce?: number
  onProgress?(done: number, of: number): void
}

/** What one run and all its power cuts showed. */
export interface Replay {
  /** Different disks that were opened. */
  states: number
  /** Answers and calls to the source that had been given before the last cut. */
  answered: number
  called: number
  checkpoints: number
  /** States that had lost what was promised, and states that were damaged. */
  lost: number
  corrupt: number
  /** The first of each, to look at. */
  examples: string[]
  /** Answers and calls that were not preceded by a sync of the WAL. */
  unsynced: number
}

export interface PowerCutReport extends Replay {
  /** What the control, which does not wait for the disk, had lost. It must be more than nothing. */
  controlLost: number
  controlUnsynced: number
  /** Why the run proves nothing, or null. */
  void: string | null
}

const fewestStates = 1_000
const fewestCheckpoints = 4
const controlStates = 150

/** A small generator, so that a seed repeats every draw. */
const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Runs the gateway as it is, and as the control, through every power cut. Needs strace. */
export const runPowerCut = async (options: PowerCutOptions): Promise<PowerCutReport> => {
  const { mostStates = 1_200, inTurn = 10, atOnce = 10, onProgress } = options
  const work = mkdtempSync(join(tmpdir(), 'verimeter-power-cut-'))
  try {
    const run = async (synchronous: 'FULL' | 'NORMAL', states: number): Promise<Replay> => {
      const root = join(work, synchronous)
      mkdirSync(root)
      const recording = await record({ root, synchronous, autocheckpoint: 40, inTurn, atOnce })
      return replay(recording, options.seed, states, onProgress ?? (() => undefined))
    }
    const real = await run('FULL', mostStates)
    const control = await run('NORMAL', controlStates)
    return {
      ...real,
      controlLost: control.lost,
      controlUnsynced: control.unsynced,
      void: voidness(real, control, 2 * (inTurn + atOnce)),
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const voidness = (real: Replay, control: Replay, asked: number): string | null => {
  if (real.states < fewestStates) return `only ${real.states} states`
  if (real.answered !== asked || real.called !== asked)
    return `${real.answered} answers and ${real.called} calls seen of ${asked}`
  if (real.checkpoints < fewestCheckpoints) return `only ${real.checkpoints} checkpoints`
  if (control.lost === 0) return 'the control lost nothing'
  if (control.unsynced === 0) return 'the control answered only what was synced'
  return null
}

/** Opens the disks of one recording, at most so many, the riskiest moments (right after something was said) first. */
export const replay = (
  { root, dataDir, operations, answered }: Recording,
  seed: number,
  mostStates: number,
  onProgress: (done: number, of: number) => void,
): Replay => {
  const random = seeded(seed)
  const keyFiles = new Map(keyFileNames.map((name) => [name, readFileSync(join(dataDir, 'keys', name), 'utf8')]))
  const cuts = chooseCuts(root, operations, mostStates, random)
  const disk = new Disk(root)
  const promised: Promised = { answered: new Map(), called: new Set() }
  // In memory, where there is such a folder: the copies are opened and forgotten.
  const scratch = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'verimeter-state-'))
  const place = { root: join(scratch, basename(root)), dataDir: join(scratch, basename(root), basename(dataDir)), keyFiles }
  const result: Replay = {
    ...{ states: 0, answered: 0, called: 0, checkpoints: 0, lost: 0, corrupt: 0, examples: [] },
    unsynced: syncFaults(operations, answered).length,
  }
  try {
    for (const [at, operation] of operations.entries()) {
      disk.apply(operation)
      notePromise(promised, operation)
      if (operation.kind === 'sync' && operation.path.endsWith('.db')) result.checkpoints += 1
      for (const variant of cuts.get(at) ?? []) {
        const files = new Map<string, Buffer>()
        for (const [path, bytes] of disk.afterPowerCut(variant, random)) files.set(path.replace(dirname(root), scratch), bytes)
        const { lost, corrupt } = checkState(files, place, promised)
        result.states += 1
        result.lost += Number(lost.length > 0)
        result.corrupt += Number(corrupt.length > 0)
        const [example] = [...lost, ...corrupt]
        if (example !== undefined && result.examples.length < 5)
          result.examples.push(`after operation ${at} (${operation.kind}), ${variant}: ${example}`)
        onProgress(result.states, mostStates)
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  result.answered = promised.answered.size
  result.called = promised.called.size
  return result
}

/** Where the power is cut, and what the disk keeps there. Where nothing is at risk there is one state, not five. */
const chooseCuts = (
  root: string,
  operations: Recording['operations'],
  mostStates: number,
  random: () => number,
): Map<number, readonly Variant[]> => {
  const disk = new Disk(root)
  const promised: Promised = { answered: new Map(), called: new Set() }
  const places: { at: number; kept: readonly Variant[]; order: number }[] = []
  let saidBefore = 0
  for (const [at, operation] of operations.entries()) {
    const atRiskBefore = disk.atRisk
    disk.apply(operation)
    notePromise(promised, operation)
    const said = promised.answered.size + promised.called.size
    if (said === saidBefore && disk.atRisk === atRiskBefore) continue
    const kept =
      disk.atRisk === 0
        ? variants.slice(0, 1)
        : disk.atRisk === 1
          ? variants.filter((one) => one !== 'prefix' && one !== 'subset')
          : variants
    places.push({ at, kept, order: said > saidBefore ? random() - 1 : random() })
    saidBefore = said
  }
  const chosen = new Map<number, readonly Variant[]>()
  let states = 0
  for (const { at, kept } of places.sort((a, b) => a.order - b.order)) {
    if (states >= mostStates) break
    chosen.set(at, kept)
    states += kept.length
  }
  return chosen
}
