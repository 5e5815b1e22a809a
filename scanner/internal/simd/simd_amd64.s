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

// HALVES puts the low and the high halves of 32 bytes into two registers.
#define HALVES(at, low, high) \
	VMOVDQU at, low         \
	VPSRLW  $4, low, high   \
	VPAND   Y15, low, low   \
	VPAND   Y15, high, high

// AND leaves in Y8 what is also found for halves in a table.
#define AND(table, halves) \
	VBROADCASTI128 table, Y9      \
	VPSHUFB        halves, Y9, Y9 \
	VPAND          Y9, Y8, Y8

// func teddyMasks(groups *group, n int, text *byte, masks *uint64, blocks int)
TEXT ·teddyMasks(SB), NOSPLIT, $0-40
	MOVQ         groups+0(FP), BX
	MOVQ         n+8(FP), DX
	MOVQ         text+16(FP), SI
	MOVQ         masks+24(FP), DI
	MOVQ         blocks+32(FP), R11
	VPBROADCASTQ half<>(SB), Y15
	VPXOR        Y14, Y14, Y14
	ADDQ         R11, R11          // halves of blocks

part:
	MOVQ  BX, AX
	MOVQ  DX, CX
	HALVES((SI), Y0, Y1)
	HALVES(1(SI), Y2, Y3)
	HALVES(2(SI), Y4, Y5)
	HALVES(3(SI), Y6, Y7)
	VPXOR Y10, Y10, Y10

next:
	VBROADCASTI128 (AX), Y8
	VPSHUFB        Y0, Y8, Y8
	AND(16(AX), Y1)
	AND(32(AX), Y2)
	AND(48(AX), Y3)
	AND(64(AX), Y4)
	AND(80(AX), Y5)
	AND(96(AX), Y6)
	AND(112(AX), Y7)
	VPOR           Y8, Y10, Y10
	ADDQ           $128, AX
	DECQ           CX
	JNZ            next

	VPCMPEQB  Y14, Y10, Y10
	VPMOVMSKB Y10, R9
	NOTL      R9
	MOVL      R9, (DI)     // the lower half of a mask comes first in memory
	ADDQ      $32, SI
	ADDQ      $4, DI
	DECQ      R11
	JNZ       part
	VZEROUPPER
	RET
