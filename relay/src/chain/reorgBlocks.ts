/** A reorganisation replaces at most so many blocks. Older blocks are final. */
export const reorgBlocks = 12n
