Console.WriteLine("SimulatedProvider");
