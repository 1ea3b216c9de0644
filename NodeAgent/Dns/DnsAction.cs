namespace Crescent.NodeAgent.Dns;

/// <summary>Kinds of <see cref="DnsVerdict"/>.</summary>
internal enum DnsAction
{
    /// <summary>Not a question.</summary>
    Ignore,

    /// <summary>The answer is in the buffer.</summary>
    Send,

    /// <summary>The name belongs to somebody else: ask the host's resolvers.</summary>
    Forward,

    /// <summary>The name is an alias: answer with the alias and what its target has.</summary>
    Follow,
}
