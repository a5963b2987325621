/*
 * Sends made-up requests to a gateway in this process and judges every answer. Like the gateway's entry it checks the version
 * before it loads anything else, because the embedded store crashes the process on older Nodes.
 */
if (Number(process.versions.node.split('.')[0]) < 22) {
  console.error(
    `torture: Node ${process.versions.node} is too old; run it with \`npm run torture:input -- …\`, which brings Node 24 along`,
  )
  process.exit(1)
}
const { runCommand } = await import('./torture/input.ts')
process.exitCode = await runCommand(process.argv.slice(2))

export {}
