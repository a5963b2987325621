/*
 * Runs conformance vectors against the gateway. Like the gateway's entry it checks the version before it loads anything else,
 * because the embedded store crashes the process on older Nodes.
 */
if (Number(process.versions.node.split('.')[0]) < 22) {
  console.error(
    `vectors: Node ${process.versions.node} is too old; run it with \`npm run vectors -- …\`, which brings Node 24 along`,
  )
  process.exit(1)
}
const { runCommand } = await import('./vectors/command.ts')
process.exitCode = await runCommand(process.argv.slice(2))

export {}
