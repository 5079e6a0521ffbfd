// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Chequebook} from "../src/Chequebook.sol";
import {IChequebook} from "../src/interfaces/IChequebook.sol";
import {Cheque} from "../src/types/Cheque.sol";
import {Split} from "../src/types/Split.sol";
import {Test} from "./Test.sol";

/// @notice Deploys a Chequebook, and signs and cashes cheques.
abstract contract Cheques is Test {
    uint256 internal constant DELAY = 1 days;
    uint256 internal constant START = 1_790_000_000;
    string internal constant ISSUER = "issuer";
    string internal constant SESSION_KEY = "session key";
    Split internal constant NO_SPLIT = Split.wrap(0);

    Chequebook internal chequebook;
    address internal issuer = _signingAccount(ISSUER);
    address internal sessionKey = _signingAccount(SESSION_KEY);
    address internal beneficiary = _account("beneficiary");
    address internal splitee = _account("splitee");

    function _deployChequebook() internal {
        vm.warp(START);
        chequebook = new Chequebook(DELAY);
        vm.deal(issuer, 1_000 ether);
    }

    function _deposit(uint256 amount) internal {
        vm.prank(issuer);
        chequebook.deposit{value: amount}();
    }

    function _authorise(uint96 cap, uint256 expiry) internal {
        vm.prank(issuer);
        chequebook.authorise(sessionKey, cap, uint64(expiry));
    }

    function _addHardDeposit(address to, uint96 amount) internal {
        vm.prank(issuer);
        chequebook.increaseHardDeposit{value: amount}(to, NO_SPLIT, amount);
    }

    function _splitOf(address account, uint16 bps) internal pure returns (Split) {
        return Split.wrap(uint256(uint160(account)) << 16 | bps);
    }

    function _chequeTo(address to, uint96 cumulative) internal view returns (Cheque memory) {
        return Cheque(issuer, to, NO_SPLIT, cumulative);
    }

    function _signCheque(string memory signer, Cheque memory cheque) internal view returns (bytes memory) {
        return _sign(_keyOf(signer), cheque.hash(_separatorOf(address(chequebook))));
    }

    /// @dev Signs a cheque with the key of `signer`, and cashes it as the beneficiary.
    function _cash(string memory signer, Cheque memory cheque) internal returns (uint256) {
        return _cash(cheque, _signCheque(signer, cheque));
    }

    /// @return The wei that the beneficiary received.
    function _cash(Cheque memory cheque, bytes memory signature) internal returns (uint256) {
        uint256 before = cheque.beneficiary.balance;
        vm.prank(cheque.beneficiary);
        chequebook.cash(_paymentOf(cheque, signature));
        return cheque.beneficiary.balance - before;
    }

    /// @dev Cashes a cheque of `issuer` to `beneficiary`, without a split.
    function _cash(string memory signer, uint96 cumulative) internal returns (uint256) {
        return _cash(signer, _chequeTo(beneficiary, cumulative));
    }

    function _assertRefused(string memory signer, uint96 cumulative, IChequebook.Outcome outcome) internal {
        Cheque memory cheque = _chequeTo(beneficiary, cumulative);
        _assertRefused(cheque, _signCheque(signer, cheque), outcome);
    }

    function _assertRefused(Cheque memory cheque, bytes memory signature, IChequebook.Outcome outcome) internal {
        vm.expectRevert(abi.encodeWithSelector(IChequebook.ChequeRefused.selector, outcome));
        vm.prank(cheque.beneficiary);
        chequebook.cash(_paymentOf(cheque, signature));
    }

    function _paymentOf(string memory signer, Cheque memory cheque) internal view returns (IChequebook.Payment memory) {
        return _paymentOf(cheque, _signCheque(signer, cheque));
    }

    function _paymentOf(Cheque memory cheque, bytes memory signature)
        internal
        pure
        returns (IChequebook.Payment memory)
    {
        (bytes32 r, bytes32 vs) = _shortFormOf(signature);
        return IChequebook.Payment(cheque.issuer, cheque.split, cheque.cumulative, r, vs);
    }

    function _freeDeposit() internal view returns (uint256) {
        return chequebook.getAccount(issuer).deposit;
    }

    function _channel(address to) internal view returns (IChequebook.Channel memory) {
        return chequebook.getChannel(issuer, to, NO_SPLIT);
    }

    function _separatorOf(address verifyingContract) internal view returns (bytes32) {
        return _separatorOf(verifyingContract, block.chainid);
    }

    function _separatorOf(address verifyingContract, uint256 chainId) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Livepeer"),
                keccak256("1"),
                chainId,
                verifyingContract
            )
        );
    }
}
