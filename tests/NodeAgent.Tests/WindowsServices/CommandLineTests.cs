using Crescent.WindowsServices;

namespace Crescent.NodeAgent.Tests.WindowsServices;

/// <summary>Windows takes a command line apart by the rules of CommandLineToArgvW: backslashes matter only before a quote.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData(@"C:\a\b", @"C:\a\b")]
    [InlineData(@"C:\trailing\", @"C:\trailing\")]
    [InlineData("", "\"\"")]
    [InlineData("two words", "\"two words\"")]
    [InlineData(@"C:\Program Files\", "\"C:\\Program Files\\\\\"")]
    [InlineData("say \"hi\"", "\"say \\\"hi\\\"\"")]
    [InlineData("\\\"", "\"\\\\\\\"\"")]
    [InlineData("a\\b c", "\"a\\b c\"")]
    public void Join_Argument_IsQuotedAsWindowsReadsIt(string argument, string expected) =>
        Assert.Equal($"\"p.exe\" {expected}", CommandLine.Join("p.exe", [argument]));

    [Fact]
    public void Join_Program_IsQuotedAlways() => Assert.Equal("\"C:\\Crescent\\a.exe\" run", CommandLine.Join(@"C:\Crescent\a.exe", ["run"]));
}
