namespace Crescent.EndToEnd.Tests.Clusters;

/// <summary>What a program answered.</summary>
internal sealed record ShellResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The output without surrounding white space; fails the test when the program failed.</summary>
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Output}\n{Errors}");
        return Output.Trim();
    }

    /// <summary>The error text; fails the test when the program succeeded.</summary>
    public string Refused()
    {
        Assert.True(ExitCode != 0, $"was expected to fail, but answered\n{Output}");
        return Errors.Trim();
    }
}
