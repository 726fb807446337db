// The types of chat's frames, from the AsyncAPI document: its schemas are those of OpenAPI, for which there is a maker.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const [from, to] = process.argv.slice(2);
const { channels, components, operations } = JSON.parse(readFileSync(from, "utf8"));

const { schemas } = components;
const types = await openapiTS(
  { openapi: "3.1.0", info: { title: "chat", version: "1" }, paths: {}, components: { schemas } },
  { defaultNonNullable: false },
);

const lastPart = (reference) => reference.split("/").at(-1);
const union = (operation) =>
  operations[operation].messages
    .map(({ $ref }) => components.messages[lastPart($ref)].payload.$ref)
    .map((payload) => `components["schemas"]["${lastPart(payload)}"]`)
    .join(" | ");

writeFileSync(
  to,
  `${astToString(types)}
export type ClientFrame = ${union("take-frames")};
export type ServerFrame = ${union("give-frames")};
export type CloseCode = ${Object.keys(channels.chat["x-close-codes"]).join(" | ")};
`,
);
