namespace Crescent.NodeAgent.Networks;

/// <summary>What a program of the host left behind.</summary>
/// <param name="ExitCode">0 on success.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    public bool Succeeded => ExitCode == 0;
}
