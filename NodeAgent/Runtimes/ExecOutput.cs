namespace Crescent.NodeAgent.Runtimes;

/// <summary>One piece of output.</summary>
/// <param name="Count">Bytes put into the buffer; 0 at the end.</param>
/// <param name="IsError">Standard error rather than standard output.</param>
internal readonly record struct ExecOutput(int Count, bool IsError);
