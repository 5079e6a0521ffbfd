/** What is younger can still be replaced; what has so many blocks on it stays. */
export const reorgBlocks = 12n
