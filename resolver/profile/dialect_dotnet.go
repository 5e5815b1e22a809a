package profile

// DotNet is the dialect of the AWS SDK for .NET, v3 and v4, and of the AWS Tools
// for PowerShell (sdk/src/Core/Amazon.Runtime/Internal/Util/IniFile.cs@166bfbd4
// and ProfileIniFile.cs@3e3fc814).
func DotNet() *Dialect {
	return &Dialect{
		Name:          "dotnet",
		BOM:           BOMRemoved,
		Encoding:      Replaced,
		LineEnds:      Universal,
		CommentLines:  BehindSpaces,
		Unclosed:      Stops,
		Headers:       Words,
		Prefixed:      PrefixedIsProfile,
		BeforeSection: Ignored,
		NoSeparator:   Stops,
		AllowNoName:   true,
		Nesting:       NestNone,
	}
}
