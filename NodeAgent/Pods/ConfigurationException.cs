namespace Crescent.NodeAgent.Pods;

/// <summary>A pod asks for something that is not there (yet), e.g. <c>secret "x" not found</c>. The message is shown to the user.</summary>
internal sealed class ConfigurationException(string message) : Exception(message);
