import { AccountObject as RealAccountObject } from '../../src/runtimes/account-object.ts'
import worker from '../../src/runtimes/worker.ts'
import { world } from './world.ts'

/** The real object with a world that a test can set. Nothing of its behaviour is changed. */
export class AccountObject extends RealAccountObject {
  protected override ledgerDeps() {
    return world.deps ?? super.ledgerDeps()
  }

  protected override notices() {
    return world.notices ?? super.notices()
  }

  protected override get log() {
    return world.log ?? super.log
  }

  /** Ends when what was being sent has been recorded. */
  async delivered(): Promise<void> {
    await this.delivery
  }

  protected override isFull(): boolean {
    return world.isFull || super.isFull()
  }

  protected override wake(at: number): void {
    world.wakes.push(at)
    // A made-up clock says nothing about when the platform's alarm should ring; such a test rings it by hand.
    if (!world.alarmsByHand) super.wake(at)
  }
}

export default worker
