namespace Crescent.WindowsServices;

/// <param name="Name">Name in the service manager.</param>
/// <param name="Title">Display name.</param>
/// <param name="Home">Directory for data and keys, absolute.</param>
/// <param name="Arguments">What the program is started with.</param>
internal sealed record ServiceDefinition(string Name, string Title, string Home, IReadOnlyList<string> Arguments);
