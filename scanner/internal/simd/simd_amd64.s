#include "textflag.h"

// The low half of each byte.
DATA half<>+0(SB)/8, $0x0f0f0f0f0f0f0f0f
GLOBL half<>(SB), RODATA|NOPTR, $8

// func classMasks(table *lookup, text *byte, masks *uint64, blocks int)
TEXT ·classMasks(SB), NOSPLIT, $0-32
	MOVQ           table+0(FP), AX
	MOVQ           text+8(FP), SI
	MOVQ           masks+16(FP), DI
	MOVQ           blocks+24(FP), CX
	VPBROADCASTQ   half<>(SB), Y0
	VBROADCASTI128 (AX), Y1        // what low halves are of
	VBROADCASTI128 16(AX), Y2      // what high halves are of
	VPXOR          Y3, Y3, Y3

block:
	VMOVDQU   (SI), Y4
	VMOVDQU   32(SI), Y6
	VPSRLW    $4, Y4, Y5
	VPSRLW    $4, Y6, Y7
	VPAND     Y0, Y4, Y4
	VPAND     Y0, Y5, Y5
	VPAND     Y0, Y6, Y6
	VPAND     Y0, Y7, Y7
	VPSHUFB   Y4, Y1, Y4
	VPSHUFB   Y5, Y2, Y5
	VPSHUFB   Y6, Y1, Y6
	VPSHUFB   Y7, Y2, Y7
	VPAND     Y4, Y5, Y4
	VPAND     Y6, Y7, Y6
	VPCMPEQB  Y3, Y4, Y4  // all ones where nothing is shared
	VPCMPEQB  Y3, Y6, Y6
	VPMOVMSKB Y4, AX
	VPMOVMSKB Y6, BX
	SHLQ      $32, BX
	ORQ       BX, AX
	NOTQ      AX
	MOVQ      AX, (DI)
	ADDQ      $64, SI
	ADDQ      $8, DI
	DECQ      CX
	JNZ       block
	VZEROUPPER
	RET

// JOIN leaves in ones where there are twice as many in a row as began there, by shifting
// in those that begin in the next lane.
#define JOIN(by, ones, next) \
	VPSRLQ $by, ones, Y4        \
	VPSLLQ $(64-by), next, Y5   \
	VPOR   Y4, Y5, Y5           \
	VPAND  Y5, ones, ones

// ALONE is JOIN that has nothing to shift in: what it leaves is right far from the end.
#define ALONE(by, ones, into) \
	VPSRLQ $by, ones, Y4 \
	VPAND  Y4, ones, into

// func longRuns(masks, begin *uint64, fours int)
TEXT ·longRuns(SB), NOSPLIT, $0-24
	MOVQ masks+0(FP), SI
	MOVQ begin+8(FP), DI
	MOVQ fours+16(FP), CX

four:
	VMOVDQU (SI), Y0
	VMOVDQU 8(SI), Y1
	ALONE(1, Y1, Y2)
	ALONE(2, Y2, Y3)
	ALONE(4, Y3, Y6)
	JOIN(1, Y0, Y1)
	JOIN(2, Y0, Y2)
	JOIN(4, Y0, Y3)
	JOIN(8, Y0, Y6)
	VMOVDQU Y0, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DI
	DECQ    CX
	JNZ     four
	VZEROUPPER
	RET

// HALVES puts the low and the high halves of 32 bytes into two registers.
#define HALVES(at, low, high) \
	VMOVDQU at, low         \
	VPSRLW  $4, low, high   \
	VPAND   Y15, low, low   \
	VPAND   Y15, high, high

// AND leaves in Y8 what is also found for halves in a table.
#define AND(table, halves) \
	VMOVDQU table, Y9      \
	VPSHUFB halves, Y9, Y9 \
	VPAND   Y9, Y8, Y8

// func teddyMasks(groups *group, n int, text *byte, masks *uint64, blocks int) (zeros uint64)
TEXT ·teddyMasks(SB), NOSPLIT, $0-48
	MOVQ         groups+0(FP), BX
	MOVQ         n+8(FP), DX
	MOVQ         text+16(FP), SI
	MOVQ         masks+24(FP), DI
	MOVQ         blocks+32(FP), R11
	VPBROADCASTQ half<>(SB), Y15
	VPXOR        Y14, Y14, Y14
	VPXOR        Y13, Y13, Y13     // where zeros were
	ADDQ         R11, R11          // halves of blocks

part:
	MOVQ  BX, AX
	MOVQ  DX, CX
	VPCMPEQB (SI), Y14, Y12
	VPOR     Y12, Y13, Y13
	HALVES((SI), Y0, Y1)
	HALVES(1(SI), Y2, Y3)
	HALVES(2(SI), Y4, Y5)
	HALVES(3(SI), Y6, Y7)
	VPXOR Y10, Y10, Y10

next:
	VMOVDQU (AX), Y8
	VPSHUFB Y0, Y8, Y8
	AND(32(AX), Y1)
	AND(64(AX), Y2)
	AND(96(AX), Y3)
	AND(128(AX), Y4)
	AND(160(AX), Y5)
	AND(192(AX), Y6)
	AND(224(AX), Y7)
	VPOR    Y8, Y10, Y10
	ADDQ    $256, AX
	DECQ    CX
	JNZ     next

	VPCMPEQB  Y14, Y10, Y10
	VPMOVMSKB Y10, R9
	NOTL      R9
	MOVL      R9, (DI)     // the lower half of a mask comes first in memory
	ADDQ      $32, SI
	ADDQ      $4, DI
	DECQ      R11
	JNZ       part
	VPMOVMSKB Y13, AX
	MOVQ      AX, zeros+40(FP)
	VZEROUPPER
	RET

// FOLD makes one of a letter in either case, of 64 bytes.
#define FOLD(at, bytes) \
	VMOVDQU64 at, bytes          \
	VPCMPUB   $5, Z13, bytes, K4 \ // those of 0x60 and above
	VPSUBB    Z14, bytes, K4, bytes

// func teddyMasks64(groups *wideGroup, n int, text *byte, masks *uint64, blocks int) (zeros uint64)
TEXT ·teddyMasks64(SB), NOSPLIT, $0-48
	MOVQ         groups+0(FP), BX
	MOVQ         n+8(FP), DX
	MOVQ         text+16(FP), SI
	MOVQ         masks+24(FP), DI
	MOVQ         blocks+32(FP), R11
	MOVL         $0x60, AX
	VPBROADCASTB AX, Z13
	MOVL         $0x20, AX
	VPBROADCASTB AX, Z14
	KXORQ        K2, K2, K2        // where zeros were

block:
	MOVQ      BX, AX
	MOVQ      DX, CX
	VMOVDQU64 (SI), Z12
	VPTESTNMB Z12, Z12, K3
	KORQ      K3, K2, K2
	FOLD((SI), Z0)
	FOLD(1(SI), Z1)
	FOLD(2(SI), Z2)
	FOLD(3(SI), Z3)
	VPXORQ    Z10, Z10, Z10

next:
	VMOVDQU64  (AX), Z4
	VMOVDQU64  64(AX), Z5
	VMOVDQU64  128(AX), Z6
	VMOVDQU64  192(AX), Z7
	VPERMB     Z4, Z0, Z4          // by the low six bits of each
	VPERMB     Z5, Z1, Z5
	VPERMB     Z6, Z2, Z6
	VPERMB     Z7, Z3, Z7
	VPANDQ     Z4, Z5, Z5
	VPTERNLOGQ $0x80, Z6, Z7, Z5   // the three of them
	VPORQ      Z5, Z10, Z10
	ADDQ       $256, AX
	DECQ       CX
	JNZ        next

	VPTESTMB Z10, Z10, K1
	KMOVQ    K1, (DI)
	ADDQ     $64, SI
	ADDQ     $8, DI
	DECQ     R11
	JNZ      block
	KMOVQ    K2, AX
	MOVQ     AX, zeros+40(FP)
	VZEROUPPER
	RET

// What a byte counts for by its place in a step.
DATA places<>+0(SB)/8, $0x191a1b1c1d1e1f20
DATA places<>+8(SB)/8, $0x1112131415161718
DATA places<>+16(SB)/8, $0x090a0b0c0d0e0f10
DATA places<>+24(SB)/8, $0x0102030405060708
GLOBL places<>(SB), RODATA|NOPTR, $32

// One in each lane of 16 bits.
DATA ones<>+0(SB)/8, $0x0001000100010001
GLOBL ones<>(SB), RODATA|NOPTR, $8

// LANES adds the four lanes of a register.
#define LANES(y, x, into) \
	VEXTRACTI128 $1, y, X8    \
	VPADDQ       X8, x, x     \
	VPSRLDQ      $8, x, X8    \
	VPADDQ       X8, x, x     \
	VMOVQ        x, into

// func adlerSums(p *byte, n int) (sum, past, placed uint64)
TEXT ·adlerSums(SB), NOSPLIT, $0-40
	MOVQ         p+0(FP), SI
	MOVQ         n+8(FP), CX
	VMOVDQU      places<>(SB), Y6
	VPBROADCASTQ ones<>(SB), Y7
	VPXOR        Y0, Y0, Y0      // sum
	VPXOR        Y1, Y1, Y1      // past
	VPXOR        Y2, Y2, Y2      // placed
	VPXOR        Y3, Y3, Y3

step:
	VMOVDQU    (SI), Y4
	VPADDQ     Y0, Y1, Y1
	VPSADBW    Y3, Y4, Y5   // the sum of each eight bytes
	VPADDQ     Y5, Y0, Y0
	VPMADDUBSW Y6, Y4, Y4   // two bytes a lane: at most 255*(32+31), far from 2^15
	VPMADDWD   Y7, Y4, Y4
	VPADDD     Y4, Y2, Y2
	ADDQ       $32, SI
	SUBQ       $32, CX
	JNZ        step

	LANES(Y0, X0, AX)
	LANES(Y1, X1, BX)
	LANES(Y2, X2, DX)
	MOVQ AX, sum+16(FP)
	MOVQ BX, past+24(FP)
	MOVQ DX, placed+32(FP)
	VZEROUPPER
	RET

// func Prefetch(p *byte)
TEXT ·Prefetch(SB), NOSPLIT, $0-8
	MOVQ       p+0(FP), AX
	PREFETCHT0 (AX)
	RET
