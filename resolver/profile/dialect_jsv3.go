package profile

// JSv3 is the dialect of the AWS SDK for JavaScript v3
// (@smithy/core@3.41.0/dist-cjs/submodules/config/index.js:218 parseIni). A
// file that it refuses counts as empty (:300).
func JSv3() *Dialect {
	return &Dialect{
		Name:            "js-v3",
		Encoding:        Replaced,
		BOM:             BOMRemoved,
		LineEnds:        CRLF,
		Spaces:          JSSpaces,
		CommentLines:    BehindSpaces,
		ValueComment:    AfterSpace,
		HeaderComment:   AfterSpace,
		KeepBlanks:      true,
		Headers:         Pattern,
		Prefixed:        PrefixedWithDot,
		NoEmptySections: true,
		KeepKeyCase:     true,
		Nesting:         NestDotted,
		Faulty:          FaultyEmpty,
	}
}
