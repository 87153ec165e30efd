// Evaluates IAM requests: an array of simulations of @cloud-copilot/iam-simulate as JSON on
// standard input, an array of "Allowed", "ImplicitlyDenied", "ExplicitlyDenied" on standard output.
// A policy or a request that is not valid is an error: nothing is said then.
"use strict";
const { runSimulation } = require("@cloud-copilot/iam-simulate");

async function evaluate(simulation) {
  const answer = await runSimulation(simulation, {});
  if (answer.resultType === "error") {
    throw new Error(`${simulation.request.action}: ${JSON.stringify(answer.errors)}`);
  }
  const ignored = answer.result?.ignoredContextKeys ?? [];
  if (ignored.length > 0) {
    throw new Error(`${simulation.request.action} has no condition keys ${ignored}`);
  }
  return answer.overallResult;
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const simulations = JSON.parse(Buffer.concat(chunks).toString());
  const answers = [];
  for (const simulation of simulations) answers.push(await evaluate(simulation));
  process.stdout.write(JSON.stringify(answers));
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
