/*
 * Kills the gateway and compares books. Like the gateway's entry it checks the version before it loads anything else,
 * because the embedded store crashes the process on older Nodes.
 */
if (Number(process.versions.node.split('.')[0]) < 22) {
  console.error(
    `torture: Node ${process.versions.node} is too old; run it with \`npm run torture -- …\`, which brings Node 24 along`,
  )
  process.exit(1)
}
const { runTorture } = await import('./torture/command.ts')
process.exitCode = await runTorture(process.argv.slice(2))

export {}
