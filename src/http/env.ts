/** What a request carries through the door. */
export interface AppEnv {
  Bindings: Record<string, unknown>
  Variables: { requestId: string }
}
