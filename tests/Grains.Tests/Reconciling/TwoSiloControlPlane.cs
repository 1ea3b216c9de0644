namespace Crescent.Grains.Tests.Reconciling;

/// <summary>Two silos over one store.</summary>
public sealed class TwoSiloControlPlane : ControlPlane
{
    protected override short SiloCount => 2;
}
