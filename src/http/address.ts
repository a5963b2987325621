/**
 * The caller's address: the socket's, or with N trusted proxies the Nth from the right of X-Forwarded-For, which is the
 * one that the outermost trusted proxy saw. Anything further left was written by the caller and is never believed.
 */
export const callerAddress = (socketAddress: string, forwardedFor: string | undefined, trustedProxies: number): string => {
  if (trustedProxies === 0) return socketAddress
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim())
  return hops.at(-trustedProxies) || socketAddress
}
