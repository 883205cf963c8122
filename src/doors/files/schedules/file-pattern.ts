// Patterns of names: `*` and `?` within a folder, `**` over any number of folders.

export interface FilePattern {
  /** The part without signs, down to a folder: `in/`. */
  readonly prefix: string;
  matches(path: string): boolean;
}

export function toFilePattern(text: string): FilePattern {
  const steps = text.split('/');
  const firstSign = steps.findIndex((step) => /[*?]/.test(step));
  const fixed = steps.slice(0, firstSign === -1 ? -1 : firstSign);
  const expression = steps
    .map((step, i) => {
      const last = i === steps.length - 1;
      if (step === '**') return last ? '.*' : '(?:[^/]+/)*';
      const part = step
        .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll(/\*+/g, '[^/]*')
        .replaceAll('?', '[^/]');
      return last ? part : `${part}/`;
    })
    .join('');
  const whole = new RegExp(`^${expression}$`, 's');
  return {
    prefix: fixed.length === 0 ? '' : `${fixed.join('/')}/`,
    matches: (path) => whole.test(path),
  };
}

// Names under which programs write what is not whole yet: browsers, rsync, FTP clients, editors, office programs.
const IN_THE_MAKING =
  /\.(?:part|partial|tmp|temp|crdownload|filepart|download|writing|lock|lck|swp|bak)$|~$/i;

/** True for names that files in the making, locks and hidden files have. */
export function isInTheMaking(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.startsWith('.') || name.startsWith('~') || IN_THE_MAKING.test(name);
}

/** Names of a lock that says that a file is still being worked on. */
export function listLockNames(path: string): readonly string[] {
  const at = path.lastIndexOf('/') + 1;
  const [folder, name] = [path.slice(0, at), path.slice(at)];
  return [`${path}.lock`, `${path}.lck`, `${path}.part`, `${folder}.~lock.${name}#`, `${folder}~$${name}`];
}
