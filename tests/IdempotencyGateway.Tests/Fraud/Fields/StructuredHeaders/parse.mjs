// Reads lines of JSON {"form": "item" | "list" | "dictionary", "text": "..."} and answers each with what the library found there, or
// with {"error": "..."}. Bare items become ["kind", "content"], so that nothing depends on how JSON writes them.
import { createInterface } from 'node:readline';
import { DisplayString, Token, parseDictionary, parseItem, parseList } from 'structured-headers';

const bare = value => {
  if (value instanceof Token) return ['token', value.toString()];
  if (value instanceof DisplayString) return ['display', value.toString()];
  if (value instanceof ArrayBuffer) return ['bytes', Buffer.from(value).toString('hex')];
  return [typeof value, String(value)];
};
const pairs = map => [...map].map(([key, value]) => [key, bare(value)]);
const item = ([value, parameters]) => ({
  value: bare(value),
  parameters: pairs(parameters),
});
const forms = {
  item: text => item(parseItem(text)),
  list: text => parseList(text).map(item),
  dictionary: text => [...parseDictionary(text)].map(([key, member]) => ({ key, ...item(member) })),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { form, text } = JSON.parse(line);
  let found;
  try {
    found = forms[form](text);
  } catch (error) {
    found = { error: String(error) };
  }
  console.log(JSON.stringify(found));
}
