using FsCheck;
using FsCheck.Fluent;

namespace IdempotencyGateway.Core.Tests;

/// <summary>Runs a property over generated inputs. A failure prints the input, shrunk if possible, and the seed that reproduces it.</summary>
internal static class Property
{
    public static void Holds<T>(Gen<T> inputs, Func<T, bool> property, int times = 2_000) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(times).WithQuietOnSuccess(true), Prop.ForAll(inputs.ToArbitrary(), property));

    /// <summary>Runs a property that generates its inputs itself from a seeded random source.</summary>
    public static void Holds(Func<Random, bool> property, int times = 2_000) =>
        Holds(Gen.Choose(int.MinValue, int.MaxValue), seed => property(new Random(seed)), times);
}
