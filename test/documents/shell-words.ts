/**
 * The commands of a shell script, each in its words: comments, quotes, lines that go on, pipes and `&&` as a shell takes them. Nothing is
 * expanded.
 */
export function shellCommands(script: string): readonly (readonly string[])[] {
  const commands: string[][] = [];
  for (const line of script.replaceAll("\\\n", " ").split("\n")) {
    let words: string[] = [];
    for (const [token] of line.matchAll(/#.*$|(?:'[^']*'|"[^"]*"|[^\s'"#|&]|(?<=\S)[#|&](?=\S))+|[|&]+/gm)) {
      if (token.startsWith("#")) break;
      if (!/^[|&]+$/.test(token)) words.push(token.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
      else {
        commands.push(words);
        words = [];
      }
    }
    commands.push(words);
  }
  return commands.filter((words) => words.length > 0);
}
