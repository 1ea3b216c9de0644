using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Windows;

/// <summary>A control plane without agents, for an agent that runs as a Windows program.</summary>
public sealed class WindowsCluster() : CrescentCluster("windows", 6583, "--agents", "0");
