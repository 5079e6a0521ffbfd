// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MemoryModel} from "./MemoryModel.sol";

/// @notice The memory of a judged program of three steps, whose result is the first byte of the source.
contract JudgedMemory is MemoryModel {
    uint256 private constant WORDS = 2 ** 24;
    uint256 private constant SOURCE = 2 * WORDS;
    uint256 private constant OUTPUT = 3 * WORDS;

    bytes32 public immutable programRoot;

    constructor() {
        _storeProgram();
        programRoot = _prove(WORDS)[20];
    }

    /// @notice Makes this the memory before the first step, and returns its root. The program stores nothing, so this is also the memory after
    /// each step.
    function load(uint256[10] calldata words, bytes calldata source, bytes calldata output) external returns (bytes32) {
        _storeProgram();
        for (uint256 i; i < 10; ++i) {
            _storeBytes(WORDS + 32 * i, abi.encode(words[i]));
        }
        _storeBytes(SOURCE, source);
        _storeBytes(OUTPUT, output);
        return state.memoryRoot;
    }

    function prove(uint256 at) external view returns (bytes32[25] memory) {
        return _prove(at);
    }

    function _storeProgram() private {
        _clear();
        _store(0, 0x02000337); // lui x6, 0x2000
        _store(4, 0x00034503); // lbu x10, 0(x6)
        _store(8, 0x00000073); // ecall
    }

    function _storeBytes(uint256 at, bytes memory data) private {
        for (uint256 i; i < data.length; i += 4) {
            uint256 word;
            for (uint256 place; place < 4 && i + place < data.length; ++place) {
                word |= uint256(uint8(data[i + place])) << 8 * place;
            }
            // The memory is zero before.
            if (word != 0) _store(at + i, word);
        }
    }
}
