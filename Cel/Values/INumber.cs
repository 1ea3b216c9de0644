namespace Crescent.Cel.Values;

/// <summary>Marks int, uint and double, which compare with each other.</summary>
internal interface INumber;
