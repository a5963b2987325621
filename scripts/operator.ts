/*
 * The operator's command. Like the gateway's entry it checks the version before it loads anything else, because the embedded
 * store crashes the process on older Nodes.
 */
if (Number(process.versions.node.split('.')[0]) < 22) {
  console.error(
    `operator: Node ${process.versions.node} is too old; run it with \`npm run operator -- …\`, which brings Node 24 along`,
  )
  process.exit(1)
}
const { runOperator } = await import('./operator/run.ts')
process.exitCode = await runOperator(process.argv.slice(2))

export {}
