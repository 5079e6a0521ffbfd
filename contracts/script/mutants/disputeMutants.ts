import type { Mutant } from './Mutant'

const game = 'verification/DisputeGame.sol'

/** Faults in the search for the disputed step. */
export const disputeMutants: readonly Mutant[] = [
  {
    name: 'a party may keep the end that it denies',
    file: game,
    text: 'if (ends[31] == part.end) revert SameEnd(part.end);',
    replacement: '',
  },
  {
    name: 'a part beyond the last one is accepted',
    file: game,
    text: 'part.index >= 32 || ',
    replacement: '',
  },
  {
    name: 'a move takes no time',
    file: game,
    text: 'return uint32(allowed - used);',
    replacement: 'return uint32(allowed);',
  },
  {
    name: 'a move is accepted at another level that has the same root',
    file: game,
    text: 'if (level != game.level) revert WrongLevel(level, game.level);',
    replacement: 'level = game.level;',
  },
  {
    name: 'another dissection of the same objection has the same id',
    file: game,
    text: 'keccak256(abi.encode(msg.sender, objection, root))',
    replacement: 'keccak256(abi.encode(msg.sender, objection, first, ends[31]))',
  },
  {
    name: "the defender's bond can be paid after its time",
    file: game,
    text: 'if (_isDefendersTurn(game.level)) _blocksLeft(game, true);',
    replacement: '',
  },
  {
    name: 'a party can move after its time',
    file: game,
    text: 'if (used > allowed) revert OutOfTime(used, allowed);',
    replacement: '',
  },
  {
    name: 'a party loses in its last block',
    file: game,
    text: 'if (used <= allowed)',
    replacement: 'if (used < allowed)',
  },
  {
    name: 'a lost bond is not burned',
    file: game,
    text: 'lost / BURNED_PART',
    replacement: '0 * lost',
  },
  {
    name: "a winner's bond goes to the defender and not to the account that paid it",
    file: game,
    text: 'if (other != address(0)) withdrawable[other] += bond;',
    replacement: 'if (other != address(0)) withdrawable[defender] += bond;',
  },
  {
    name: 'a defender without a bond moves',
    file: game,
    text: 'if (level == 1 && !game.isFunded) revert DefenceNotFunded(gameId);',
    replacement: '',
  },
  {
    name: 'a party wins by the right step',
    file: game,
    text: 'if (next == part.end) revert StepIsRight(next);',
    replacement: '',
  },
  {
    name: 'the steps before a part are counted for the wrong level',
    file: game,
    text: '(LEVELS - level)',
    replacement: '(LEVELS - level + 1)',
  },
  {
    name: 'an input is one level too deep in the memory',
    file: 'types/Task.sol',
    text: 'length <= 32 ? 0 :',
    replacement: 'length <= 32 ? 1 :',
  },
]
