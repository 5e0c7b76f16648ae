// Let the official parser read each AsyncAPI document of the JSON list on stdin.
// Print what it has to say of each.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const parser = new Parser();
const said = [];
for (const source of JSON.parse(readFileSync(0, "utf8"))) {
  const { document, diagnostics } = await parser.parse(source);
  said.push({
    channels: document?.channels().all().length ?? 0,
    operations: document?.operations().all().length ?? 0,
    findings: diagnostics.map(({ message }) => message),
  });
}
console.log(JSON.stringify(said));
