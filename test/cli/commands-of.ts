import { Command } from 'commander';

/** A command without subcommands, in the tree of the real program. */
export interface Leaf {
  /** Its name as typed: `incidents show`. */
  words: string[];
  /** It has arguments or options with a value. */
  takesValues: boolean;
  /** Arguments after the words, each list wrong in one way: an unknown option, one argument too many, something missing. */
  wrong: string[][];
  /** Parses arguments and runs nothing: the action is replaced. @throws CommanderError. */
  parse(typed: string[]): Promise<unknown>;
}

const unprintable = '\u001b[2J';

/**
 * Every command of an entry point, found by walking commander's tree, so that a new command is always included. It can be
 * called once: a module is loaded once.
 */
export async function commandsOf(main: string): Promise<Leaf[]> {
  const program = await programOf(main);
  return walk(program, []).map(({ command, words }) => {
    command.configureOutput({ writeErr: () => undefined }).action(() => undefined);
    const required = command.registeredArguments.filter((argument) => argument.required).map(() => 'x');
    const mandatory = command.options.filter((option) => option.mandatory).map(({ long }) => [long ?? '', 'x']);
    const valued = command.options.filter((option) => option.required);
    const whole = [...required, ...mandatory.flat()];
    return {
      words,
      takesValues: command.registeredArguments.length + valued.length > 0,
      wrong: [
        [...whole, `--x${unprintable}`],
        ...(command.registeredArguments.some((argument) => argument.variadic) ? [] : [[...whole, 'x', unprintable]]),
        ...(required.length > 0 ? [[...required.slice(1), ...mandatory.flat()]] : []),
        ...mandatory.map((left) => [...required, ...mandatory.filter((option) => option !== left).flat()]),
        ...valued.map(({ long }) => [...whole, long ?? '']),
      ],
      parse: (typed) => program.parseAsync([...words, ...typed], { from: 'user' }),
    };
  });
}

/** The entry point builds its program and parses at once: that one call is intercepted to get the program. */
async function programOf(main: string): Promise<Command> {
  const real = Command.prototype.parseAsync;
  const { promise, resolve } = Promise.withResolvers<Command>();
  Command.prototype.parseAsync = async function () {
    resolve(this);
    return this;
  };
  try {
    await import(main);
    return await promise;
  } finally {
    Command.prototype.parseAsync = real;
  }
}

function walk(command: Command, words: string[]): { command: Command; words: string[] }[] {
  const below = command.commands.flatMap((child) => walk(child, [...words, child.name()]));
  return below.length > 0 ? below : [{ command, words }];
}
