/** The largest number of blocks that a reorganisation replaces. Older blocks are final. */
export const reorgBlocks = 12n
