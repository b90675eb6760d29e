// SPDX-License-Identifier: Apache-2.0
// What the declaration files say of options: which parameters take them, and of which type each one is.
import { readdirSync, readFileSync } from "node:fs";
import { ROOT } from "./support.mjs";

const FOLDER = `${ROOT}bindings/node/lib/`;
const TEXT = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".d.cts"))
  .map((name) => readFileSync(FOLDER + name, "utf8").replaceAll(/\/\*[\s\S]*?\*\//g, ""))
  .join("\n");

/** @returns name, whether it may be left out, type */
function membersOf(body) {
  return [...body.matchAll(/(?:^|[{;])\s*(\w+)(\??): ((?:[^;{}]|\{[^{}]*\})+)/g)].map(([, name, mark, type]) => ({
    name,
    isOptional: mark === "?",
    type,
  }));
}

const interfaces = new Map();
const owners = [];
for (const [, kind, name, bases = "", body] of TEXT.matchAll(
  /^(?:export )?(?:declare )?(interface|class) (\w+)(?:<[^{]*?>)?(?: extends ([\w<>, ]+?))? \{(.*?)^\}/gms,
)) {
  const ofOne = body.replaceAll(/^ {2}readonly .*?;$/gms, "");
  if (kind === "interface") interfaces.set(name, { bases: bases.match(/\w+/g) ?? [], members: membersOf(ofOne) });
  owners.push([`${name}.`, ofOne.replaceAll(/^ {2}(?:static |private )?/gm, "")]);
}
for (const [, text] of TEXT.matchAll(/^export declare function (.*?;)$/gms)) owners.push(["", text]);

function allMembers(type) {
  const named = (type.match(/\b[A-Z]\w*\b/g) ?? []).flatMap((name) => {
    const found = interfaces.get(name);
    return found === undefined ? [] : [...found.bases.flatMap(allMembers), ...found.members];
  });
  return [...named, ...(type.match(/\{[^{}]*\}/g) ?? []).flatMap(membersOf)];
}

/**
 * Every object of options: of a function ("TOTP.generate"), or inside of another one ("EngineOptions.pool").
 *
 * @returns a map to their members
 */
export function optionObjects() {
  const found = new Map();
  const add = (key, type) => {
    const members = allMembers(type);
    if (!members.some(({ isOptional }) => isOptional) || found.has(key)) return;
    found.set(key, members);
    for (const { name, type: inner } of members) {
      if (/^[A-Z]\w*Signal\b/.test(inner) || /\bunknown\b/.test(inner)) continue;
      if (allMembers(inner).some(({ isOptional }) => isOptional)) add(`${key} ${name}`, inner);
    }
  };
  for (const [owner, body] of owners) {
    for (const [, method, parameters] of body.matchAll(/^(\w+)(?:<[^(]*>)?\((.*?)\)(?:: [^;]*)?;$/gms)) {
      const types = [...parameters.matchAll(/(\w+)\??: ((?:[^,{}<>]|\{[^{}]*\}|<[^<>]*>)+)/g)];
      for (const [, name, type] of types) {
        if (!/^\s*(?:readonly )?[A-Z{]/.test(type)) continue;
        add(types.length > 0 && name !== "options" ? `${owner}${method} ${name}` : `${owner}${method}`, type);
      }
    }
  }
  return found;
}
